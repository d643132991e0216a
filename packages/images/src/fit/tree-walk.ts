import { maxDepth, maxEntries } from '../reading/bounds.ts';
import type { ImageReader } from '../reading/image-reader.ts';
import { Malformed } from '../reading/malformed.ts';
import type { Range } from '../reading/ranges.ts';
import type { TreeNode, TreeToken } from './tree.ts';

const maxNameBytes = 128;

const token = { begin: 1, endNode: 2, property: 3, noOp: 4, end: 9 } as const;

/** One walk over the structure block of a device tree. @source Devicetree specification 0.4 §5.4 */
export class TreeWalk {
  readonly tokens: TreeToken[] = [];
  readonly #reader: ImageReader;
  readonly #end: number;
  readonly #strings: Buffer;
  readonly #open: TreeNode[] = [];
  #entries = 0;
  #at: number;
  #root: TreeNode | undefined;

  constructor(reader: ImageReader, struct: Range, strings: Buffer) {
    this.#reader = reader;
    this.#at = struct.offset;
    this.#end = struct.offset + struct.length;
    this.#strings = strings;
  }

  async run(): Promise<TreeNode> {
    for (;;) {
      const kind = (await this.#take(4)).readUInt32BE(0);
      if (kind === token.begin) await this.#begin();
      else if (kind === token.property) await this.#property();
      else if (kind === token.endNode) this.#endNode();
      else if (kind === token.noOp) this.#noOp();
      else if (kind === token.end) return this.#finish();
      else throw new Malformed('contradiction', `There is no token ${kind}, as found at ${this.#at - 4}.`);
    }
  }

  async #begin(): Promise<void> {
    const offset = this.#at - 4;
    const name = await this.#takeName();
    const parent = this.#open.at(-1);
    if (!parent && this.#root) throw new Malformed('duplicate', `A second root begins at ${offset}.`);
    if ((name === '') !== (parent === undefined))
      throw new Malformed('contradiction', `A node at ${offset} has no name.`);
    if (this.#open.length >= maxDepth) throw new Malformed('limit', `Nodes lie deeper than ${maxDepth} levels.`);
    const path = parent ? `${parent === this.#root ? '' : parent.path}/${name}` : '/';
    const node: TreeNode = { name, path, properties: new Map(), children: new Map() };
    if (parent?.children.has(name)) throw new Malformed('duplicate', `The node ${path} is there twice.`);
    parent?.children.set(name, node);
    this.#root ??= node;
    this.#open.push(node);
    this.#push({ kind: 'begin', node, offset, length: this.#at - offset });
  }

  async #property(): Promise<void> {
    const offset = this.#at - 4;
    const node = this.#open.at(-1);
    if (!node) throw new Malformed('contradiction', `A property at ${offset} is in no node.`);
    const head = await this.#take(8);
    const [length, nameAt] = [head.readUInt32BE(0), head.readUInt32BE(4)];
    const value = { offset: this.#at, length };
    this.#skip(Math.ceil(length / 4) * 4);
    const property = { name: this.#nameAt(nameAt), value, nameAt };
    if (node.properties.has(property.name)) {
      throw new Malformed('duplicate', `The property ${property.name} of ${node.path} is there twice.`);
    }
    node.properties.set(property.name, property);
    this.#push({ kind: 'property', property, offset, length: this.#at - offset });
  }

  #endNode(): void {
    if (!this.#open.pop()) throw new Malformed('contradiction', `A node ends at ${this.#at - 4} that never began.`);
    this.tokens.push({ kind: 'end-node', offset: this.#at - 4, length: 4 });
  }

  #noOp(): void {
    this.#push({ kind: 'no-op', offset: this.#at - 4, length: 4 });
  }

  #finish(): TreeNode {
    this.tokens.push({ kind: 'end', offset: this.#at - 4, length: 4 });
    if (!this.#root || this.#open.length > 0) {
      throw new Malformed('contradiction', `The tree ends at ${this.#at - 4} with an open node or without any.`);
    }
    if (this.#at !== this.#end) {
      throw new Malformed('contradiction', `The structure should end at ${this.#end}, it ends at ${this.#at}.`);
    }
    return this.#root;
  }

  #push(one: TreeToken): void {
    if (++this.#entries > maxEntries) throw new Malformed('limit', `The tree has more than ${maxEntries} entries.`);
    this.tokens.push(one);
  }

  #skip(length: number): void {
    if (this.#at + length > this.#end) {
      throw new Malformed('out-of-bounds', `${length} bytes at ${this.#at} end after the structure, at ${this.#end}.`);
    }
    this.#at += length;
  }

  async #take(length: number): Promise<Buffer> {
    const offset = this.#at;
    this.#skip(length);
    return await this.#reader.bytes('The structure', offset, length);
  }

  async #takeName(): Promise<string> {
    const room = Math.min(maxNameBytes, this.#end - this.#at);
    const bytes = await this.#reader.bytes('The name of a node', this.#at, room);
    const name = readName(bytes, `The name at ${this.#at}`);
    this.#skip(Math.ceil((name.length + 1) / 4) * 4);
    return name;
  }

  #nameAt(offset: number): string {
    return readName(this.#strings.subarray(offset, offset + maxNameBytes), `The name of the property at ${this.#at}`);
  }
}

// Names take part in decisions, so nothing but plain characters passes; escaping is for what is only shown.
function readName(bytes: Buffer, what: string): string {
  const nul = bytes.indexOf(0);
  if (nul < 0) throw new Malformed('limit', `${what} does not end within ${maxNameBytes} bytes.`);
  const name = bytes.toString('latin1', 0, nul);
  if (/^[\x21-\x7e]*$/.test(name) && !name.includes('/')) return name;
  throw new Malformed('contradiction', `${what} is no name of printable characters.`);
}
