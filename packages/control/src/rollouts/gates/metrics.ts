import type { GateMetric } from '@fettle/model';
import { addRank } from './ranks.ts';
import { type AtRisk, addEvent, type Side } from './ratio.ts';
import type { GateState, MetricEvidence } from './state.ts';

/** Control values that one treated value is ranked among. */
export const controlsPerValue = 5;
/** Control values of a stratum that wait to be ranked among; the oldest goes when another comes. */
const mostUnused = 50;

/** Takes an event that a metric counts. A device has it once. */
export function takeMetricEvent(state: GateState, metric: GateMetric, side: Side, atRisk: AtRisk): GateState {
  const evidence = state.metrics[metric.name];
  if (evidence?.kind !== 'event' || atRisk.treated + atRisk.control === 0) return state;
  const present = {
    treated: Math.max(side === 'treated' ? 1 : 0, atRisk.treated),
    control: Math.max(side === 'control' ? 1 : 0, atRisk.control),
  };
  if (present.treated === 0) return state;
  return withMetric(state, metric.name, { kind: 'event', ratio: addEvent(evidence.ratio, side, present) });
}

/** One device's value. A device gives one. */
export interface MetricValue {
  readonly side: Side;
  readonly stratum: string;
  readonly value: number;
  /** From 0 to 1, drawn without looking at values: breaks ties. */
  readonly coin: number;
}

/** Takes the value of a device: a control's waits until it is used, a treated one's is ranked among the newest. */
export function takeMetricValue(state: GateState, metric: GateMetric, given: MetricValue): GateState {
  const evidence = state.metrics[metric.name];
  if (evidence?.kind !== 'value') return state;
  const value = metric.worse === 'higher' ? given.value : -given.value;
  const unused = evidence.unused[given.stratum] ?? [];
  if (given.side === 'control') {
    const kept = [...unused, value].slice(-mostUnused);
    return withMetric(state, metric.name, { ...evidence, unused: { ...evidence.unused, [given.stratum]: kept } });
  }
  // How many there are was settled before the value was seen.
  const controls = unused.slice(-controlsPerValue);
  if (controls.length === 0) return state;
  const left = unused.slice(0, unused.length - controls.length);
  return withMetric(state, metric.name, {
    ...evidence,
    ranks: addRank(evidence.ranks, value, controls, given.coin),
    unused: { ...evidence.unused, [given.stratum]: left },
  });
}

function withMetric(state: GateState, name: string, evidence: MetricEvidence): GateState {
  return { ...state, metrics: { ...state.metrics, [name]: evidence } };
}
