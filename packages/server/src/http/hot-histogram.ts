import type { Metric, Registry } from 'prom-client';

/**
 * A histogram for what happens tens of thousands of times a second: noting a value is a search in a short list and two
 * additions. What prom-client wants to know is worked out when somebody scrapes.
 */
export class HotHistogram {
  readonly name: string;
  readonly help: string;
  readonly #bounds: readonly number[];
  readonly #counts: Float64Array;
  #sum = 0;

  constructor(options: { name: string; help: string; buckets: readonly number[]; register: Registry }) {
    this.name = options.name;
    this.help = options.help;
    this.#bounds = options.buckets;
    this.#counts = new Float64Array(options.buckets.length + 1);
    options.register.registerMetric(this as unknown as Metric);
  }

  observe(value: number): void {
    const bounds = this.#bounds;
    let bucket = 0;
    while (bucket < bounds.length && value > (bounds[bucket] as number)) bucket++;
    this.#counts[bucket] = (this.#counts[bucket] as number) + 1;
    this.#sum += value;
  }

  reset(): void {
    this.#counts.fill(0);
    this.#sum = 0;
  }

  /** What prom-client asks of a metric. */
  async get(): Promise<object> {
    let total = 0;
    const values: object[] = this.#bounds.map((bound, i) => {
      total += this.#counts[i] as number;
      return { labels: { le: bound }, value: total, metricName: `${this.name}_bucket` };
    });
    total += this.#counts[this.#bounds.length] as number;
    values.push(
      { labels: { le: '+Inf' }, value: total, metricName: `${this.name}_bucket` },
      { labels: {}, value: this.#sum, metricName: `${this.name}_sum` },
      { labels: {}, value: total, metricName: `${this.name}_count` },
    );
    return { name: this.name, help: this.help, type: 'histogram', aggregator: 'sum', values };
  }
}
