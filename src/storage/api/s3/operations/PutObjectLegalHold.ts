import {
  PutObjectLegalHold$,
  type PutObjectLegalHoldOutput,
  type PutObjectLegalHoldRequest,
} from '@aws-sdk/client-s3'
import { operation } from '../context.ts'
import { invalidRequest, malformedXml } from '../errors.ts'
import { objectOf } from '../refs.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectLegalHold.html */
export const PutObjectLegalHold = operation<PutObjectLegalHoldRequest, PutObjectLegalHoldOutput>(
  PutObjectLegalHold$,
  async (input, ctx) => {
    const ref = objectOf(input, ctx)
    const { objectLock } = await ctx.objects.buckets.get(ref.accountId, ref.bucket)
    if (!objectLock) throw invalidRequest('Bucket is missing Object Lock Configuration')
    const status = input.LegalHold?.Status
    if (status !== 'ON' && status !== 'OFF') throw malformedXml()
    await ctx.objects.update(ref, () => ({ legal_hold: status === 'ON' ? 1 : 0 }))
    return {}
  },
)
