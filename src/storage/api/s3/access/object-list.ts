import type { Grant } from '@aws-sdk/client-s3'

/** An object's list as it is stored: `ownerId` when another account than the bucket's owns it. */
export interface ObjectList {
  readonly ownerId: string | undefined
  readonly grants: readonly Grant[]
}

/** Undefined for the default: the bucket's owner alone has full control. */
export function readObjectList(text: string | null): ObjectList | undefined {
  if (text === null) return undefined
  const stored = JSON.parse(text) as Grant[] | { readonly owner: string; readonly grants: Grant[] }
  return Array.isArray(stored)
    ? { ownerId: undefined, grants: stored }
    : { ownerId: stored.owner, grants: stored.grants }
}

export function writeObjectList({ ownerId, grants }: ObjectList): string {
  return JSON.stringify(ownerId === undefined ? grants : { owner: ownerId, grants })
}
