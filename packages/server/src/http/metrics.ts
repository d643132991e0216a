import type { DeploymentStatus } from '@fettle/model';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { HotHistogram } from './hot-histogram.ts';
import type { LoadGauge } from './load.ts';

/** What the hot path counts: plain numbers, handed to the registry only when somebody scrapes. */
export interface DeviceCounts {
  checkIns: number;
  /** Those of them that were answered out of memory. */
  quietCheckIns: number;
  shed: number;
  offers: number;
  aborts: number;
  refusals: number;
  downloads: number;
  downloadBytes: number;
  /** By status, as devices report. */
  readonly reports: Partial<Record<DeploymentStatus, number>>;
}

export interface Metrics {
  readonly device: DeviceCounts;
  checkInSeconds(seconds: number): void;
  manageRequest(route: string, status: number, seconds: number): void;
  tick(seconds: number, failed: boolean): void;
  text(): Promise<string>;
  readonly contentType: string;
}

const buckets = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/**
 * Prometheus metrics of one process.
 * @param stats numbers of the store, read when somebody scrapes
 */
export function createMetrics(load: LoadGauge, stats: () => Readonly<Record<string, number>>): Metrics {
  const registers = [new Registry()];
  const [registry] = registers as [Registry];
  collectDefaultMetrics({ register: registry, prefix: 'fettle_' });
  const device: DeviceCounts = {
    checkIns: 0,
    quietCheckIns: 0,
    shed: 0,
    offers: 0,
    aborts: 0,
    refusals: 0,
    downloads: 0,
    downloadBytes: 0,
    reports: {},
  };
  counted(registers, 'fettle_checkins_total', 'Check-ins answered', () => device.checkIns);
  counted(registers, 'fettle_checkins_quiet_total', 'Of them, answered out of memory', () => device.quietCheckIns);
  counted(registers, 'fettle_checkins_shed_total', 'Check-ins told to come back later', () => device.shed);
  counted(registers, 'fettle_offers_total', 'Offers told to devices, repeats included', () => device.offers);
  counted(registers, 'fettle_aborts_told_total', 'Deployments that devices were told to give up', () => device.aborts);
  counted(registers, 'fettle_device_refusals_total', 'Device requests refused', () => device.refusals);
  counted(registers, 'fettle_downloads_total', 'Artifact downloads begun', () => device.downloads);
  counted(registers, 'fettle_download_bytes_total', 'Artifact bytes handed to connections', () => device.downloadBytes);
  reportsByStatus(registers, device);
  storeNumbers(registers, stats);
  gauged(registers, 'fettle_load_delay_seconds', 'Median delay of the event loop', () => load.delayMs / 1_000);
  const checkIn = new HotHistogram({
    name: 'fettle_checkin_seconds',
    help: 'Time to answer a check-in',
    buckets,
    register: registry,
  });
  const manage = new Histogram({
    name: 'fettle_manage_request_seconds',
    help: 'Time to answer a management request',
    labelNames: ['route', 'status'],
    buckets,
    registers,
  });
  const tick = new Histogram({
    name: 'fettle_tick_seconds',
    help: 'Time of a look at all rollouts',
    buckets,
    registers,
  });
  const failures = new Counter({ name: 'fettle_tick_failures_total', help: 'Looks that failed', registers });
  return {
    device,
    checkInSeconds: (seconds) => checkIn.observe(seconds),
    manageRequest: (route, status, seconds) => manage.observe({ route, status }, seconds),
    tick(seconds, failed) {
      tick.observe(seconds);
      if (failed) failures.inc();
    },
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}

function counted(registers: Registry[], name: string, help: string, value: () => number): void {
  new Counter({
    name,
    help,
    registers,
    collect() {
      this.reset();
      this.inc(value());
    },
  });
}

function gauged(registers: Registry[], name: string, help: string, value: () => number): void {
  new Gauge({
    name,
    help,
    registers,
    collect() {
      this.set(value());
    },
  });
}

function reportsByStatus(registers: Registry[], device: DeviceCounts): void {
  new Counter({
    name: 'fettle_reports_total',
    help: 'Reports received, by status',
    labelNames: ['status'],
    registers,
    collect() {
      this.reset();
      for (const [status, count] of Object.entries(device.reports)) this.inc({ status }, count);
    },
  });
}

function storeNumbers(registers: Registry[], stats: () => Readonly<Record<string, number>>): void {
  new Gauge({
    name: 'fettle_store',
    help: 'Numbers of the store: transactions, commits, largest batch …',
    labelNames: ['number'],
    registers,
    collect() {
      this.reset();
      for (const [number, value] of Object.entries(stats())) this.set({ number }, value);
    },
  });
}
