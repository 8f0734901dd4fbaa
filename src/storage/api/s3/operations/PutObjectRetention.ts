import {
  PutObjectRetention$,
  type PutObjectRetentionOutput,
  type PutObjectRetentionRequest,
} from '@aws-sdk/client-s3'
import type { ObjectLock, VersionRow } from '#storage/objects'
import { retentionOf } from '../attributes.ts'
import { causeOf } from '../cause.ts'
import { operation } from '../context.ts'
import { accessDenied, invalidRequest, malformedXml } from '../errors.ts'
import { objectOf } from '../refs.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectRetention.html */
export const PutObjectRetention = operation<PutObjectRetentionRequest, PutObjectRetentionOutput>(
  PutObjectRetention$,
  async (input, ctx) => {
    const ref = objectOf(input, ctx)
    const { objectLock } = await ctx.objects.buckets.get(ref.accountId, ref.bucket)
    if (!objectLock) throw invalidRequest('Bucket is missing Object Lock Configuration')
    const { Mode: mode, RetainUntilDate: until } = input.Retention ?? {}
    if ((mode === undefined) !== (until === undefined)) throw malformedXml()
    const asked = mode && until ? retentionOf(mode, until, ctx.receivedAtMs) : {}
    const change = (row: VersionRow, nowMs: number) => {
      if (loosens(row, asked, nowMs)) {
        const mayBypass = row.lock_mode === 'GOVERNANCE' && input.BypassGovernanceRetention === true
        if (!mayBypass) throw accessDenied()
      }
      return { lock_mode: asked.mode ?? null, lock_until_ms: asked.untilMs ?? null }
    }
    await ctx.objects.update(ref, change, { name: 'ObjectRetention:Put', cause: causeOf(ctx) })
    return {}
  },
)

/** A retention that is in force may be made longer or stricter by anybody who may set it, and nothing else. */
function loosens(row: VersionRow, asked: ObjectLock, nowMs: number): boolean {
  if (row.lock_until_ms === null || row.lock_until_ms <= nowMs) return false
  if (asked.untilMs === undefined || asked.untilMs < row.lock_until_ms) return true
  return row.lock_mode === 'COMPLIANCE' && asked.mode !== 'COMPLIANCE'
}
