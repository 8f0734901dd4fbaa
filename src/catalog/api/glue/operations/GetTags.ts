import { GetTags$, type GetTagsRequest, type GetTagsResponse } from '@aws-sdk/client-glue'
import { operation } from '../context.ts'
import { checkResource } from '../resources.ts'

/**
 * https://docs.aws.amazon.com/glue/latest/webapi/API_GetTags.html
 */
export const GetTags = operation<GetTagsRequest, GetTagsResponse>(GetTags$, async (input, ctx) => {
  await checkResource(input.ResourceArn!, ctx)
  return { Tags: await ctx.metastore.getTags(input.ResourceArn!) }
})
