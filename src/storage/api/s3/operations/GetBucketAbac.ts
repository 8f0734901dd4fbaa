import {
  GetBucketAbac$,
  type GetBucketAbacOutput,
  type GetBucketAbacRequest,
} from '@aws-sdk/client-s3'
import { operation } from '../context.ts'
import { abac } from '../settings/specs.ts'
import { getSetting } from '../settings/store.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketAbac.html */
export const GetBucketAbac = operation<GetBucketAbacRequest, GetBucketAbacOutput>(
  GetBucketAbac$,
  async (input, ctx) => ({ AbacStatus: await getSetting(ctx, input, abac) }),
)
