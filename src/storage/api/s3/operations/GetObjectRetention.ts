import {
  GetObjectRetention$,
  type GetObjectRetentionOutput,
  type GetObjectRetentionRequest,
  type ObjectLockRetentionMode,
} from '@aws-sdk/client-s3'
import { operation } from '../context.ts'
import { lockMissing } from '../errors.ts'
import { objectOf } from '../refs.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectRetention.html */
export const GetObjectRetention = operation<GetObjectRetentionRequest, GetObjectRetentionOutput>(
  GetObjectRetention$,
  async (input, ctx) => {
    const row = await ctx.objects.find(objectOf(input, ctx))
    if (row.lock_mode === null || row.lock_until_ms === null) throw lockMissing()
    return {
      Retention: {
        Mode: row.lock_mode as ObjectLockRetentionMode,
        RetainUntilDate: new Date(row.lock_until_ms),
      },
    }
  },
)
