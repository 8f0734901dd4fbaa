import { AbortMultipartUpload$, type AbortMultipartUploadRequest } from '@aws-sdk/client-s3'
import { operation } from '../context.ts'
import { uploadOf } from '../refs.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_AbortMultipartUpload.html */
export const AbortMultipartUpload = operation<AbortMultipartUploadRequest, object>(
  AbortMultipartUpload$,
  async (input, ctx) => {
    await ctx.objects.uploads.abort(uploadOf(input, ctx))
    return {}
  },
)
