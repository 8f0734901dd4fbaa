import {
  GetFunction$,
  type GetFunctionRequest,
  type GetFunctionResponse,
} from '@aws-sdk/client-lambda'
import { operation } from '../context.ts'
import { codeLocation } from '../code-location.ts'
import { toConfiguration } from '../shapes.ts'
import { functionOf } from '../subject.ts'

/** https://docs.aws.amazon.com/lambda/latest/api/API_GetFunction.html */
export const GetFunction = operation<GetFunctionRequest, GetFunctionResponse>(
  GetFunction$,
  async (input, ctx) => {
    const { ref, qualifier } = functionOf(ctx, input)
    const { entry, version } = await ctx.functions.get(ref, qualifier)
    const { reservedConcurrency, tags } = entry
    return {
      Configuration: await toConfiguration(ctx, version, qualifier),
      Code: { RepositoryType: 'S3', Location: codeLocation(ctx, version.code.codeId) },
      Tags: Object.keys(tags).length > 0 ? { ...tags } : undefined,
      Concurrency:
        reservedConcurrency === undefined
          ? undefined
          : { ReservedConcurrentExecutions: reservedConcurrency },
    }
  },
)
