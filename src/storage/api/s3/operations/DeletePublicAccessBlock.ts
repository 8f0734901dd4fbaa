import { DeletePublicAccessBlock$, type DeletePublicAccessBlockRequest } from '@aws-sdk/client-s3'
import { operation } from '../context.ts'
import { publicAccessBlock } from '../settings/public-access.ts'
import { deleteSetting } from '../settings/store.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeletePublicAccessBlock.html */
export const DeletePublicAccessBlock = operation<DeletePublicAccessBlockRequest, object>(
  DeletePublicAccessBlock$,
  async (input, ctx) => {
    await deleteSetting(ctx, input, publicAccessBlock)
    return {}
  },
)
