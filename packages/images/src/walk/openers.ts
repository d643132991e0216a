import { openAr } from './archives/ar.ts';
import { openCpio } from './archives/cpio.ts';
import { openTar } from './archives/tar.ts';
import { openZip } from './archives/zip.ts';
import { openAndroidBoot } from './boot/android-boot.ts';
import { openFit } from './boot/fit.ts';
import { openMcuboot } from './boot/mcuboot.ts';
import { openIntelHex, openSRecord } from './boot/records.ts';
import { openUf2 } from './boot/uf2.ts';
import { openUimage } from './boot/uimage.ts';
import type { Opener } from './core/open-layer.ts';
import { openExt } from './ext/open-ext.ts';
import { openLeaf } from './raw/open-leaf.ts';
import { openUbi } from './raw/unsupported.ts';
import { openSquashfs } from './squashfs/open-squashfs.ts';
import type { WalkFormat } from './walked.ts';
import { openBzip2 } from './wrappers/bzip2.ts';
import { openGzip } from './wrappers/gzip.ts';
import { openLz4 } from './wrappers/lz4.ts';
import { openLzma } from './wrappers/lzma.ts';
import { openLzop } from './wrappers/lzop.ts';
import { openXz } from './wrappers/xz.ts';
import { openZstd } from './wrappers/zstd.ts';

/** Who reads what. */
export const openers: Readonly<Record<WalkFormat, Opener>> = {
  squashfs: openSquashfs,
  ext: openExt,
  cpio: openCpio,
  tar: openTar,
  zip: openZip,
  ar: openAr,
  gzip: openGzip,
  xz: openXz,
  lzma: openLzma,
  zstd: openZstd,
  lz4: openLz4,
  bzip2: openBzip2,
  lzop: openLzop,
  fit: openFit,
  uimage: openUimage,
  uf2: openUf2,
  'intel-hex': openIntelHex,
  's-record': openSRecord,
  mcuboot: openMcuboot,
  'android-boot': openAndroidBoot,
  ubi: openUbi,
  elf: openLeaf,
  esp32: openLeaf,
  raw: openLeaf,
};
