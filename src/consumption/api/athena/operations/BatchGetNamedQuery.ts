import {
  BatchGetNamedQuery$,
  type BatchGetNamedQueryInput,
  type BatchGetNamedQueryOutput,
} from '@aws-sdk/client-athena'
import { toNamedQuery } from '../shapes.ts'
import { scopeOf } from '../subject.ts'
import { operation } from '../context.ts'

/** https://docs.aws.amazon.com/athena/latest/APIReference/API_BatchGetNamedQuery.html */
export const BatchGetNamedQuery = operation<BatchGetNamedQueryInput, BatchGetNamedQueryOutput>(
  BatchGetNamedQuery$,
  async (input, ctx) => {
    const ids = input.NamedQueryIds!
    const found = await Promise.all(
      ids.map((id) => ctx.queries.namedQueries.find(scopeOf(ctx), id)),
    )
    return {
      NamedQueries: found.flatMap((query) => (query ? [toNamedQuery(query)] : [])),
      UnprocessedNamedQueryIds: ids
        .filter((_, index) => !found[index])
        .map((id) => ({
          NamedQueryId: id,
          ErrorCode: 'INVALID_INPUT',
          ErrorMessage: `NamedQuery ${id} does not exist.`,
        })),
    }
  },
)
