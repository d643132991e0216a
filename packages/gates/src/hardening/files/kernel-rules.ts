import type { Severity } from '@fettle/model';

/** The options of a kernel that are `y` or `m`, or have another value. */
export type KernelOptions = ReadonlyMap<string, string>;

export interface KernelRule {
  readonly option: string;
  readonly severity: Severity;
  readonly isWeak: (options: KernelOptions) => boolean;
  readonly message: string;
}

function lacks(option: string, severity: Severity, why: string, earlier: readonly string[] = []): KernelRule {
  const isWeak = (options: KernelOptions) => ![option, ...earlier].some((name) => options.get(name) === 'y');
  return { option, severity, isWeak, message: `The kernel was built without CONFIG_${option}: ${why}` };
}

function holds(option: string, severity: Severity, why: string, unless: readonly string[] = []): KernelRule {
  const isWeak = (options: KernelOptions) => {
    return options.has(option) && !unless.some((name) => options.get(name) === 'y');
  };
  return { option, severity, isWeak, message: `The kernel was built with CONFIG_${option}: ${why}` };
}

/** Asks only kernels that load modules. */
function ofModules(rule: KernelRule): KernelRule {
  return { ...rule, isWeak: (options) => options.get('MODULES') === 'y' && rule.isWeak(options) };
}

/**
 * What a kernel should be built with, and without; names that options had before come behind.
 * @source Linux, Kconfig files and Documentation/security/self-protection.rst
 */
export const kernelRules: readonly KernelRule[] = [
  lacks('STRICT_KERNEL_RWX', 'medium', 'its code can be written to.', ['DEBUG_RODATA']),
  ofModules(lacks('STRICT_MODULE_RWX', 'medium', 'the code of modules can be written to.', ['DEBUG_SET_MODULE_RONX'])),
  lacks('STACKPROTECTOR_STRONG', 'medium', 'overflows on its stack go unseen.', ['CC_STACKPROTECTOR_STRONG']),
  ofModules(lacks('MODULE_SIG_FORCE', 'low', 'it loads modules that nobody signed.')),
  lacks('RANDOMIZE_BASE', 'low', 'it always lies at the same addresses.'),
  lacks('HARDENED_USERCOPY', 'low', 'copies from and to programs are not checked.'),
  lacks('FORTIFY_SOURCE', 'low', 'copies of strings and memory in it are not checked.'),
  lacks('SECCOMP', 'low', 'programs cannot give up calls that they do not need.'),
  lacks('SLAB_FREELIST_RANDOM', 'low', 'the order of its memory is known.'),
  lacks('SECURITY_DMESG_RESTRICT', 'info', 'everybody reads its messages.'),
  holds('DEVMEM', 'medium', 'root can write to all memory (/dev/mem).', ['STRICT_DEVMEM']),
  holds('DEVKMEM', 'high', 'root can write to the memory of the kernel (/dev/kmem).'),
  holds('KEXEC', 'low', 'root can start another kernel, signed or not.', ['KEXEC_SIG_FORCE']),
  holds('COMPAT_BRK', 'low', 'the memory of programs begins at a known address.'),
  holds('ACPI_CUSTOM_METHOD', 'high', 'root can run code in the kernel through ACPI.'),
  holds('KGDB', 'medium', 'a debugger can stop it and change everything.'),
  holds('DEBUG_FS', 'info', 'what developers see of it, programs of root see, too.'),
];
