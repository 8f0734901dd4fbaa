import {
  StartQueryExecution$,
  type StartQueryExecutionInput,
  type StartQueryExecutionOutput,
} from '@aws-sdk/client-athena'
import { fromResultConfiguration } from '../shapes.ts'
import { checkCatalog, scopeOf } from '../subject.ts'
import { operation } from '../context.ts'

/** https://docs.aws.amazon.com/athena/latest/APIReference/API_StartQueryExecution.html. Results are never reused. */
export const StartQueryExecution = operation<StartQueryExecutionInput, StartQueryExecutionOutput>(
  StartQueryExecution$,
  async (input, ctx) => {
    checkCatalog(input.QueryExecutionContext?.Catalog)
    const id = await ctx.queries.start({
      ...scopeOf(ctx),
      query: input.QueryString!,
      workGroup: input.WorkGroup,
      database: input.QueryExecutionContext?.Database,
      catalog: input.QueryExecutionContext?.Catalog,
      result: fromResultConfiguration(input.ResultConfiguration),
      parameters: input.ExecutionParameters,
      clientToken: input.ClientRequestToken,
      createdBy: ctx.caller.arn,
    })
    return { QueryExecutionId: id }
  },
)
