/** Numbers that the chip's accelerator wants beside an RSA modulus, for 3072 bits. */
export interface MontgomeryNumbers {
  /** R² mod n with R = 2^3072. */
  readonly rInverse: bigint;
  /** -n⁻¹ mod 2³². */
  readonly mPrime: number;
}

const word = 1n << 32n;

/**
 * Derives them from an odd modulus.
 * @source ESP-IDF Secure Boot v2, signature block; Montgomery 1985
 */
export function montgomeryNumbers(modulus: bigint): MontgomeryNumbers {
  const rInverse = (1n << 6144n) % modulus;
  // Newton: each step doubles the bits that are right; an odd number is its own inverse modulo 8.
  let inverse = modulus % word;
  for (let bits = 3; bits < 32; bits *= 2)
    inverse = (inverse * (2n - (((modulus % word) * inverse) % word) + word)) % word;
  return { rInverse, mPrime: Number((word - inverse) % word) };
}

/** A number from bytes, least significant first. */
export function numberFromLittle(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).reverse().toString('hex') || '0'}`);
}

/** A number as so many bytes, least significant first. */
export function numberToLittle(value: bigint, length: number): Buffer {
  return Buffer.from(value.toString(16).padStart(length * 2, '0'), 'hex').reverse();
}
