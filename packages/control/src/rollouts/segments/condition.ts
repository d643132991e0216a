import type { AttributeValue } from '@fettle/model';

/**
 * What a device is or has, under a name with its kind in front: `type`, `site`, `attribute.NAME`, `tag.NAME`,
 * `version.COMPONENT` (what it ran before the release came). A trait that is not there is absent.
 */
export type Traits = Readonly<Record<string, AttributeValue>>;

/** One thing that devices of a segment have in common. Ranges take their lower end in and leave their upper one out. */
export type Condition =
  | { readonly kind: 'is'; readonly trait: string; readonly value: AttributeValue }
  | { readonly kind: 'absent'; readonly trait: string }
  | { readonly kind: 'between'; readonly trait: string; readonly from: number | null; readonly below: number | null };

/** Whether a device with these traits meets the condition. */
export function meets(traits: Traits, condition: Condition): boolean {
  const value = Object.hasOwn(traits, condition.trait) ? traits[condition.trait] : undefined;
  switch (condition.kind) {
    case 'is':
      return value === condition.value;
    case 'absent':
      return value === undefined;
    case 'between':
      if (typeof value !== 'number') return false;
      return (
        (condition.from === null || value >= condition.from) && (condition.below === null || value < condition.below)
      );
  }
}
