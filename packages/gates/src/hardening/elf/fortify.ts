/**
 * Functions of the C library that have a twin with a bounds check, by the names that glibc 2.36 exports.
 * @source glibc 2.36, symbols of libc.so.6 that end in _chk
 */
const names = `
asprintf confstr dprintf explicit_bzero fdelt fgets fgets_unlocked fgetws fgetws_unlocked fprintf
fread fread_unlocked fwprintf getcwd getdomainname getgroups gethostname getlogin_r gets getwd
longjmp mbsnrtowcs mbsrtowcs mbstowcs memcpy memmove mempcpy memset obstack_printf obstack_vprintf
poll ppoll pread64 pread printf ptsname_r read readlink readlinkat realpath recv recvfrom snprintf
sprintf stpcpy stpncpy strcat strcpy strncat strncpy swprintf syslog ttyname_r vasprintf vdprintf
vfprintf vfwprintf vprintf vsnprintf vsprintf vswprintf vsyslog vwprintf wcpcpy wcpncpy wcrtomb
wcscat wcscpy wcsncat wcsncpy wcsnrtombs wcsrtombs wcstombs wctomb wmemcpy wmemmove wmempcpy wmemset
wprintf`;

export const fortifiable: ReadonlySet<string> = new Set(names.trim().split(/\s+/));

/** How many uses of such functions there are, and how many of them are checked. */
export interface FortifyCount {
  /** Whether any checked function is used, of whatever library. */
  readonly isFortified: boolean;
  readonly fortified: number;
  readonly fortifiable: number;
}

const ending = '_chk';

/** Counts names of dynamic symbols, which come without leading underscores. */
export class FortifyCounter {
  readonly #functions: ReadonlySet<string>;
  #isFortified = false;
  #checked = 0;
  #unchecked = 0;

  constructor(functions: ReadonlySet<string>) {
    this.#functions = functions;
  }

  add(name: string): void {
    if (name.endsWith(ending)) {
      this.#isFortified = true;
      if (this.#functions.has(name.slice(0, -ending.length))) this.#checked += 1;
    } else if (this.#functions.has(name)) this.#unchecked += 1;
  }

  count(): FortifyCount {
    return {
      isFortified: this.#isFortified,
      fortified: this.#checked,
      fortifiable: this.#checked + this.#unchecked,
    };
  }
}
