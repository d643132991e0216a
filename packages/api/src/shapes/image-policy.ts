import { limits } from '@fettle/model';
import { type Static, Type } from 'typebox';
import { count, name, nullable, strict } from './common.ts';

const keys = Type.Array(
  Type.String({ maxLength: 2_000, description: 'public key that may have signed it: SubjectPublicKeyInfo, PEM' }),
  { minItems: 1, maxItems: limits.keysPerImageRule },
);
const format = Type.String({ maxLength: 40, description: 'mcuboot, esp32 or fit' });

export const imageRuleShape = Type.Object({
  component: name,
  deviceType: name,
  format,
  keys,
  required: Type.Boolean({ description: 'whether every image has to be signed so; devices verify it, too' }),
  sameVersion: Type.Boolean({ description: 'whether a version that it states has to be that of the release' }),
});
export const imagePolicyShape = Type.Object({ rules: Type.Array(imageRuleShape) });

export const setImagePolicyBody = strict({
  rules: Type.Array(
    strict({
      component: name,
      deviceType: name,
      format,
      keys,
      required: Type.Optional(Type.Boolean({ default: true })),
      sameVersion: Type.Optional(Type.Boolean({ default: true })),
    }),
    { maxItems: limits.imageRulesPerFleet },
  ),
});

/** What an image said of itself when its release was published. */
export const foundImageShape = Type.Object({
  component: name,
  deviceType: name,
  format: Type.String(),
  version: nullable(Type.String()),
  counter: nullable(count),
});

export type ImagePolicyView = Static<typeof imagePolicyShape>;
export type ImageRuleView = Static<typeof imageRuleShape>;
export type FoundImageView = Static<typeof foundImageShape>;
