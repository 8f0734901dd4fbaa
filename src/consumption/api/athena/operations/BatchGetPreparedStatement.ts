import {
  BatchGetPreparedStatement$,
  type BatchGetPreparedStatementInput,
  type BatchGetPreparedStatementOutput,
} from '@aws-sdk/client-athena'
import { toPreparedStatement } from '../shapes.ts'
import { scopeOf } from '../subject.ts'
import { operation } from '../context.ts'

/** https://docs.aws.amazon.com/athena/latest/APIReference/API_BatchGetPreparedStatement.html */
export const BatchGetPreparedStatement = operation<
  BatchGetPreparedStatementInput,
  BatchGetPreparedStatementOutput
>(BatchGetPreparedStatement$, async (input, ctx) => {
  const names = input.PreparedStatementNames!
  const found = await Promise.all(
    names.map((name) => ctx.queries.preparedStatements.find(scopeOf(ctx), input.WorkGroup!, name)),
  )
  return {
    PreparedStatements: found.flatMap((each) => (each ? [toPreparedStatement(each)] : [])),
    UnprocessedPreparedStatementNames: names
      .filter((_, index) => !found[index])
      .map((name) => ({
        StatementName: name,
        ErrorCode: 'STATEMENT_NOT_FOUND',
        ErrorMessage: `Prepared Statement ${name} does not exist in WorkGroup ${input.WorkGroup}`,
      })),
  }
})
