import { AwsError, type Call, type Operation } from '#protocol/aws'
import type { FirehoseContext } from './context.ts'

/** The operations that manage delivery streams, each refused when its account calls it too often: https://docs.aws.amazon.com/firehose/latest/dev/limits.html */
export function withCallRates(
  operations: Readonly<Record<string, Operation<FirehoseContext>>>,
): Readonly<Record<string, Operation<FirehoseContext>>> {
  return Object.fromEntries(
    Object.entries(operations).map(([name, operation]) => [name, withCallRate(name, operation)]),
  )
}

function withCallRate(
  name: string,
  operation: Operation<FirehoseContext>,
): Operation<FirehoseContext> {
  return {
    ...operation,
    handler: (input: never, ctx: Call & FirehoseContext) => {
      if (ctx.quotas && !ctx.quotas.mayCall(ctx, name)) {
        // As Terraform's users see it: https://github.com/hashicorp/terraform-provider-aws/pull/26197
        throw new AwsError({ name: 'ThrottlingException', status: 400, message: 'Rate exceeded' })
      }
      return operation.handler(input, ctx)
    },
  }
}
