import type { ObjectStore, VersionRow } from '#storage/objects'

/**
 * `x-amz-expiration`: when a lifecycle rule takes the object away, and which one does.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-expire-general-considerations.html
 */
export async function expirationOf(
  row: VersionRow,
  { objects }: { readonly objects: ObjectStore },
): Promise<string | undefined> {
  const found = objects.expiryOf(row)
  const expiry = found instanceof Promise ? await found : found
  if (!expiry) return undefined
  const { atMs, ruleId } = expiry
  return `expiry-date="${new Date(atMs).toUTCString()}", rule-id="${encodeURIComponent(ruleId)}"`
}
