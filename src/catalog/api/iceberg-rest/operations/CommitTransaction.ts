import type { TableChange } from '#catalog/tables'
import { asList, asRecord } from '../body.ts'
import { changeOf } from '../changes.ts'
import { mutation } from '../mutation.ts'
import { identifierOf } from '../refs.ts'

/** commitTransaction: changes of several tables, all or none. */
export const CommitTransaction = mutation(
  'POST /v1/{prefix}/transactions/commit',
  async (request, { tables }, once) => {
    const body = asRecord(request.body, 'body')
    const changes: TableChange[] = []
    for (const [at, value] of asList(body['table-changes'], 'table-changes').entries()) {
      const what = `table-changes[${at}]`
      const change = asRecord(value, what)
      const ref = identifierOf(request, change['identifier'], `${what}.identifier`)
      changes.push(await changeOf(request, ref, change))
    }
    await tables.commitAll(changes, request.caller.arn, once.commit)
    return {}
  },
  { commits: true },
)
