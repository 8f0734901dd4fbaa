import {
  StartQueryExecution$,
  type StartQueryExecutionInput,
  type StartQueryExecutionOutput,
} from '@aws-sdk/client-athena'
import { fromResultConfiguration } from '../shapes.ts'
import { checkCatalog, rightsOf, scopeOf } from '../subject.ts'
import { operation } from '../context.ts'

/** https://docs.aws.amazon.com/athena/latest/APIReference/API_StartQueryExecution.html. A result is reused only while everything it comes from is as it was. */
export const StartQueryExecution = operation<StartQueryExecutionInput, StartQueryExecutionOutput>(
  StartQueryExecution$,
  async (input, ctx) => {
    await checkCatalog(ctx, input.QueryExecutionContext?.Catalog)
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
      rights: rightsOf(ctx),
      ...reuseOf(input),
    })
    return { QueryExecutionId: id }
  },
)

/** https://docs.aws.amazon.com/athena/latest/APIReference/API_ResultReuseByAgeConfiguration.html: sixty minutes unless it says otherwise. */
function reuseOf({ ResultReuseConfiguration: reuse }: StartQueryExecutionInput) {
  const { Enabled, MaxAgeInMinutes = 60 } = reuse?.ResultReuseByAgeConfiguration ?? {}
  return Enabled ? { reuseMinutesMax: MaxAgeInMinutes } : {}
}
