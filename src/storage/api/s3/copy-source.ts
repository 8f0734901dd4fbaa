import type { Call } from '#protocol/aws'
import type { ObjectRef } from '#storage/objects'
import { accessDenied, invalidArgument } from './errors.ts'
import { parseCopySource } from './refs.ts'

/** The object to copy from. Errors: `InvalidArgument`, `AccessDenied` (another expected owner). */
export function copySourceOf(
  input: {
    readonly CopySource: string | undefined
    readonly ExpectedSourceBucketOwner?: string | undefined
  },
  ctx: Call,
): ObjectRef {
  const owner = input.ExpectedSourceBucketOwner
  if (owner !== undefined && owner !== ctx.accountId) throw accessDenied()
  const source = parseCopySource(input.CopySource ?? '')
  if (!source) {
    throw invalidArgument(
      'Copy Source must mention the source bucket and key: sourcebucket/sourcekey',
      'x-amz-copy-source',
      input.CopySource,
    )
  }
  return { accountId: ctx.accountId, ...source }
}
