/** Machines of the devices we know. @source System V ABI, e_machine */
const machines: ReadonlyMap<number, string> = new Map([
  [2, 'sparc'],
  [3, 'x86'],
  [8, 'mips'],
  [20, 'powerpc'],
  [21, 'powerpc64'],
  [22, 's390'],
  [40, 'arm'],
  [42, 'superh'],
  [62, 'x86-64'],
  [83, 'avr'],
  [94, 'xtensa'],
  [105, 'msp430'],
  [183, 'aarch64'],
  [189, 'microblaze'],
  [195, 'arc'],
  [243, 'riscv'],
  [247, 'bpf'],
  [258, 'loongarch'],
]);

/** The name of a machine, or its number where this table has none. */
export function architectureName(machine: number): string {
  return machines.get(machine) ?? `elf-machine:${machine}`;
}
