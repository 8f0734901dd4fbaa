import type { Call } from '#protocol/aws'
import type { ObjectRef } from '#storage/objects'
import type { S3Context } from './context.ts'
import { accessDenied, invalidArgument } from './errors.ts'
import { parseCopySource } from './refs.ts'

/** The object to copy from, whoever's bucket it is in: that the caller may read it was asked before. Errors: `InvalidArgument`, `AccessDenied` (another expected owner). */
export async function copySourceOf(
  input: {
    readonly CopySource: string | undefined
    readonly ExpectedSourceBucketOwner?: string | undefined
  },
  ctx: Call & S3Context,
): Promise<ObjectRef> {
  const source = parseCopySource(input.CopySource ?? '')
  if (!source) {
    throw invalidArgument(
      'Copy Source must mention the source bucket and key: sourcebucket/sourcekey',
      'x-amz-copy-source',
      input.CopySource,
    )
  }
  const bucket = await ctx.objects.buckets.find(source.bucket)
  const accountId = bucket?.accountId ?? ctx.accountId
  const expected = input.ExpectedSourceBucketOwner
  if (expected !== undefined && expected !== accountId) throw accessDenied()
  return { accountId, ...source }
}
