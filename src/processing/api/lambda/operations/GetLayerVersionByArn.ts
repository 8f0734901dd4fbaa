import {
  GetLayerVersionByArn$,
  type GetLayerVersionByArnRequest,
  type GetLayerVersionResponse,
} from '@aws-sdk/client-lambda'
import { parseLayerArn } from '#processing/functions'
import { operation } from '../context.ts'
import { toLayerVersion } from '../layers.ts'
import { refused } from '../subject.ts'

/** https://docs.aws.amazon.com/lambda/latest/api/API_GetLayerVersionByArn.html */
export const GetLayerVersionByArn = operation<GetLayerVersionByArnRequest, GetLayerVersionResponse>(
  GetLayerVersionByArn$,
  async (input, ctx) => {
    const parsed = parseLayerArn(input.Arn!)
    if (parsed?.version === undefined)
      throw refused(`${input.Arn} is not the ARN of a layer version`)
    return toLayerVersion(ctx, await ctx.functions.layers.get(parsed, parsed.name, parsed.version))
  },
)
