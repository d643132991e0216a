import { leadingVersion, type StringRule, versionNearby } from './string-rule.ts';

/** `0.9.8zh 3 Dec 2015`, but not `OpenSSL 3.0 engine`: in the library a date follows. */
function openSslVersion(after: string): string | null {
  const version = leadingVersion(after);
  if (version === null) return null;
  const rest = after.slice(version.length).trimStart();
  return /^\d{1,2} [A-Z][a-z]{2} \d{4}/.test(rest) ? version : null;
}

/** `6.1.55-v8+ (builder@host) (gcc …)`: in a kernel the builder follows. */
function linuxVersion(after: string): string | null {
  const version = leadingVersion(after);
  const rest = version === null ? '' : after.slice(after.indexOf(' '));
  return rest.startsWith(' (') ? version : null;
}

/**
 * Debian calls its kernels by the number of a build, `6.1.0-56`, and names the version behind it at the end of the
 * banner: `#1 SMP Debian 6.1.192-2 (2026-11-16)`.
 */
export function linuxUpstream(banner: string): string | undefined {
  const line = banner.split(/[\n\0]/, 1)[0] ?? '';
  return / Debian (\d+(?:\.\d+){1,3})[-~+]/.exec(line)?.[1];
}

/** `2024.01-rc1 (Jan 01 2024 …)`: the year has four digits. */
function ubootVersion(after: string): string | null {
  const version = leadingVersion(after);
  return version !== null && /^\d{4}\.\d{2}/.test(version) ? version : null;
}

const anything = (after: string): string => leadingVersion(after) ?? '';

/**
 * Texts that tell of a product without any package database. A product may have several. All are looked for in every
 * program; the search moves on by the length of the shortest anchor, so none is below six bytes.
 */
export const stringRules: readonly StringRule[] = [
  rule('BusyBox v', 'busybox', 'BusyBox', { cpe: 'a:busybox:busybox', licence: 'GPL-2.0-only', type: 'application' }),
  rule(
    'U-Boot 20',
    'u-boot',
    'DENX',
    uboot((after) => ubootVersion(`20${after}`)),
  ),
  rule(
    'U-Boot SPL 20',
    'u-boot',
    'DENX',
    uboot((after) => ubootVersion(`20${after}`)),
  ),
  rule('barebox 20', 'barebox', 'Pengutronix', { type: 'firmware', version: (after) => ubootVersion(`20${after}`) }),
  rule('Linux version ', 'linux', 'kernel.org', {
    cpe: 'o:linux:linux_kernel',
    licence: 'GPL-2.0-only',
    type: 'operating-system',
    version: linuxVersion,
    upstream: linuxUpstream,
  }),
  rule('OpenSSL ', 'openssl', 'OpenSSL', { cpe: 'a:openssl:openssl', version: openSslVersion }),
  rule('LibreSSL ', 'libressl', 'OpenBSD', { cpe: 'a:openbsd:libressl' }),
  rule('SSH-2.0-dropbear_', 'dropbear', 'Matt Johnston', {
    cpe: 'a:dropbear_ssh_project:dropbear_ssh',
    licence: 'MIT',
  }),
  rule('OpenSSH_', 'openssh', 'OpenBSD', { cpe: 'a:openbsd:openssh' }),
  rule('dnsmasq-', 'dnsmasq', 'Simon Kelley', { cpe: 'a:thekelleys:dnsmasq' }),
  rule('hostapd v', 'hostapd', 'Jouni Malinen', { cpe: 'a:w1.fi:hostapd', licence: 'BSD-3-Clause' }),
  rule('wpa_supplicant v', 'wpa_supplicant', 'Jouni Malinen', {
    cpe: 'a:w1.fi:wpa_supplicant',
    licence: 'BSD-3-Clause',
  }),
  rule('libcurl/', 'curl', 'curl', { cpe: 'a:haxx:curl', licence: 'curl' }),
  rule('lighttpd/', 'lighttpd', 'lighttpd', { cpe: 'a:lighttpd:lighttpd', licence: 'BSD-3-Clause' }),
  rule('nginx/', 'nginx', 'nginx', { cpe: 'a:f5:nginx', licence: 'BSD-2-Clause' }),
  rule(' deflate ', 'zlib', 'zlib', zlib()),
  rule(' inflate ', 'zlib', 'zlib', zlib()),
  rule('stable release version ', 'glibc', 'GNU', { cpe: 'a:gnu:glibc', licence: 'LGPL-2.1-or-later' }),
  rule('musl libc (', 'musl', 'musl', { cpe: 'a:musl-libc:musl', licence: 'MIT', version: versionNearby }),
  rule('expat_', 'expat', 'libexpat', { cpe: 'a:libexpat_project:libexpat', licence: 'MIT' }),
  rule('libpng version ', 'libpng', 'libpng', { cpe: 'a:libpng:libpng' }),
  rule('OpenVPN ', 'openvpn', 'OpenVPN', { cpe: 'a:openvpn:openvpn', type: 'application' }),
  rule('ProFTPD ', 'proftpd', 'ProFTPD', { cpe: 'a:proftpd:proftpd', type: 'application' }),
  rule('(vsFTPd ', 'vsftpd', 'vsftpd', { cpe: 'a:vsftpd_project:vsftpd', type: 'application' }),
  rule('Boa/0.9', 'boa', 'Boa', {
    cpe: 'a:boa:boa_web_server',
    type: 'application',
    version: (after) => leadingVersion(`0.9${after}`),
  }),
  rule('mini_httpd/', 'mini_httpd', 'ACME Laboratories', { cpe: 'a:acme:mini_httpd', type: 'application' }),
  rule('MiniUPnPd/', 'miniupnpd', 'MiniUPnP', { cpe: 'a:miniupnp_project:miniupnpd', type: 'application' }),
  rule('wolfSSL ', 'wolfssl', 'wolfSSL', { cpe: 'a:wolfssl:wolfssl' }),
  rule('coreboot-', 'coreboot', 'coreboot', { type: 'firmware', cpe: 'o:coreboot:coreboot' }),
  rule('OP-TEE version: ', 'optee_os', 'Linaro', { type: 'firmware', cpe: 'o:linaro:op-tee' }),
  ...microcontrollerRules(),
];

/** Of kits for microcontrollers: several carry no version, the name alone is worth telling. */
function microcontrollerRules(): StringRule[] {
  const zephyr = { cpe: 'o:zephyrproject:zephyr', licence: 'Apache-2.0', type: 'operating-system' } as const;
  return [
    rule('*** Booting Zephyr OS build ', 'zephyr', 'Zephyr Project', { ...zephyr, version: orNearby('zephyr-') }),
    rule('*** Using Zephyr OS ', 'zephyr', 'Zephyr Project', { ...zephyr, version: orNearby('zephyr-') }),
    rule('*** Booting nRF Connect SDK ', 'nrf-connect-sdk', 'Nordic Semiconductor', { version: orNearby('ncs-') }),
    rule('*** Using nRF Connect SDK ', 'nrf-connect-sdk', 'Nordic Semiconductor', { version: orNearby('ncs-') }),
    rule('*** Booting MCUboot ', 'mcuboot', 'MCUboot', {
      type: 'firmware',
      licence: 'Apache-2.0',
      version: orNearby(''),
    }),
    rule('mbed TLS ', 'mbedtls', 'Arm', { cpe: 'a:arm:mbed_tls', licence: 'Apache-2.0' }),
    rule('Mbed TLS ', 'mbedtls', 'Arm', { cpe: 'a:arm:mbed_tls', licence: 'Apache-2.0' }),
    lwip('1'),
    lwip('2'),
    rule('tcpip_thread', 'lwip', 'lwIP', {
      cpe: 'a:lwip_project:lwip',
      licence: 'BSD-3-Clause',
      version: () => '',
      confidence: 0.3,
    }),
    rule('FreeRTOS Kernel V', 'freertos', 'Amazon', {
      cpe: 'o:amazon:freertos',
      licence: 'MIT',
      type: 'operating-system',
    }),
    rule('Tmr Svc', 'freertos', 'Amazon', {
      cpe: 'o:amazon:freertos',
      licence: 'MIT',
      type: 'operating-system',
      version: () => '',
      confidence: 0.3,
    }),
    rule('NuttX-', 'nuttx', 'Apache', { type: 'operating-system', licence: 'Apache-2.0' }),
  ];
}

/** Banners are put together at build time or at run time: then the version is a text of its own close by. */
function orNearby(prefix: string): (after: string) => string {
  return (after) => anything(after.startsWith(prefix) ? after.slice(prefix.length) : after) || versionNearby(after);
}

/** `lwIP/2.1.2`. */
function lwip(major: string): StringRule {
  const version = (after: string) => leadingVersion(major + after);
  return rule(`lwIP/${major}`, 'lwip', 'lwIP', { cpe: 'a:lwip_project:lwip', licence: 'BSD-3-Clause', version });
}

function uboot(version: StringRule['version']): Partial<StringRule> {
  return { cpe: 'a:denx:u-boot', licence: 'GPL-2.0-or-later', type: 'firmware', version };
}

/** `1.2.13 Copyright 1995-2022 Jean-loup Gailly`. */
function zlib(): Partial<StringRule> {
  const version = (after: string) => (after.includes(' Copyright 1995-') ? leadingVersion(after) : null);
  return { cpe: 'a:zlib:zlib', licence: 'Zlib', version };
}

function rule(anchor: string, product: string, supplier: string, more: Partial<StringRule>): StringRule {
  return { anchor, product, supplier, type: 'library', confidence: 0.6, version: leadingVersion, ...more };
}
