import {
  GetObjectLegalHold$,
  type GetObjectLegalHoldOutput,
  type GetObjectLegalHoldRequest,
} from '@aws-sdk/client-s3'
import { operation } from '../context.ts'
import { invalidRequest } from '../errors.ts'
import { objectOf } from '../refs.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectLegalHold.html */
export const GetObjectLegalHold = operation<GetObjectLegalHoldRequest, GetObjectLegalHoldOutput>(
  GetObjectLegalHold$,
  async (input, ctx) => {
    const ref = objectOf(input, ctx)
    const { objectLock } = await ctx.objects.buckets.get(ref.accountId, ref.bucket)
    if (!objectLock) throw invalidRequest('Bucket is missing Object Lock Configuration')
    const row = await ctx.objects.find(ref)
    return { LegalHold: { Status: row.legal_hold === 1 ? 'ON' : 'OFF' } }
  },
)
