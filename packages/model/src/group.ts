/** Which devices are meant, as an operator wrote it: an expression in CEL. An empty text means the whole fleet. */
export interface Filter {
  /** E.g. `tag.site == "berlin" && type == "router"`. */
  readonly text: string;
}
