import {
  UntagResource$,
  type UntagResourceRequest,
  type UntagResourceResponse,
} from '@aws-sdk/client-glue'
import { operation } from '../context.ts'
import { checkResource } from '../resources.ts'

/**
 * https://docs.aws.amazon.com/glue/latest/webapi/API_UntagResource.html
 */
export const UntagResource = operation<UntagResourceRequest, UntagResourceResponse>(
  UntagResource$,
  async (input, ctx) => {
    await checkResource(input.ResourceArn!, ctx)
    await ctx.metastore.untagResource(input.ResourceArn!, input.TagsToRemove!)
    return {}
  },
)
