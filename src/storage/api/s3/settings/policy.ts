import { isPublicPolicy } from '#governance/identity'
import type { Call } from '#protocol/aws'
import type { S3Context } from '../context.ts'
import { accessDenied } from '../errors.ts'
import { publicAccessBlock } from './public-access.ts'
import { readSetting } from './store.ts'

/** A policy that may be put: well-formed, of this bucket, and public only where that is not blocked. */
export async function checkPolicy(
  text: string,
  ctx: Call & S3Context,
  bucket: string,
): Promise<string> {
  const policy = await ctx.identity.checkBucketPolicy(text, bucket)
  const ref = { accountId: ctx.accountId, bucket }
  const block = await readSetting(ctx.objects, ref, publicAccessBlock)
  if (block?.BlockPublicPolicy === true && isPublicPolicy(policy)) throw accessDenied()
  return text
}
