import { PutPublicAccessBlock$, type PutPublicAccessBlockRequest } from '@aws-sdk/client-s3'
import { operation } from '../context.ts'
import { publicAccessBlock } from '../settings/public-access.ts'
import { putSetting } from '../settings/store.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutPublicAccessBlock.html */
export const PutPublicAccessBlock = operation<PutPublicAccessBlockRequest, object>(
  PutPublicAccessBlock$,
  async (input, ctx) => {
    await putSetting(ctx, input, publicAccessBlock, input.PublicAccessBlockConfiguration)
    return {}
  },
)
