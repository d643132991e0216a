/** What a fleet demands of the images of one component of one device type, in plain shape. */
export interface SignatureRule {
  readonly component: string;
  readonly deviceType: string;
  /** A format whose boot loader verifies signatures: `mcuboot`, `esp32`, `fit`. */
  readonly format: string;
  /** Public keys that may have signed it: SubjectPublicKeyInfo, PEM. */
  readonly keys: readonly string[];
  /** Whether every image has to be of this format and signed by one of the keys. */
  readonly required: boolean;
}

export interface SignatureSettings {
  /** The rules of the fleet; the one for this component and device type counts. */
  readonly rules?: readonly SignatureRule[] | undefined;
  /** The counter of the last released image, which boot loaders refuse to go below; null when it had none. */
  readonly leastCounter?: number | null | undefined;
}

/** What the signature gate tells to policies, name by name. */
export const signatureFacts = {
  format: 'The format that the image was recognised as.',
  hasRule: 'Whether the fleet has a rule for images of this component and device type.',
  required: 'Whether that rule demands a signature.',
  signatures: 'Signatures in the image.',
  goodSignatures: 'Signatures that verify with a key of the rule.',
  signedBy: 'Ids of the keys that those were made with.',
  unknownKeys: 'Signatures that were made with other keys.',
  unsignedParts: 'Parts that a boot loader could start and that carry no signature.',
  encrypted: 'Whether the image is encrypted.',
  counter: 'Its anti-downgrade counter; null when it has none.',
} as const;
