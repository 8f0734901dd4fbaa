import {
  TagResource$,
  type TagResourceRequest,
  type TagResourceResponse,
} from '@aws-sdk/client-glue'
import { operation } from '../context.ts'
import { checkResource } from '../resources.ts'

/**
 * https://docs.aws.amazon.com/glue/latest/webapi/API_TagResource.html
 */
export const TagResource = operation<TagResourceRequest, TagResourceResponse>(
  TagResource$,
  async (input, ctx) => {
    await checkResource(input.ResourceArn!, ctx)
    await ctx.metastore.tagResource(input.ResourceArn!, input.TagsToAdd!)
    return {}
  },
)
