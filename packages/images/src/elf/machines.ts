/** Machines of the devices we know. @source System V ABI, e_machine */
const machines: ReadonlyMap<number, string> = new Map([
  [3, 'x86'],
  [8, 'mips'],
  [20, 'powerpc'],
  [40, 'arm'],
  [62, 'x86-64'],
  [83, 'avr'],
  [94, 'xtensa'],
  [105, 'msp430'],
  [183, 'aarch64'],
  [195, 'arc'],
  [243, 'riscv'],
  [258, 'loongarch'],
]);

/** The name of a machine, or its number where this table has none. */
export function machineName(id: number): string {
  return machines.get(id) ?? `elf-machine:${id}`;
}
