import { workGroupArn, type Queries } from '#consumption/queries'
import type { AuthorizationRequest } from '#protocol/aws'

const idsMax = 50

/**
 * The workgroups behind the ids of executions and named queries: policies name workgroups. Undefined when the input itself tells, or when
 * there is no such query.
 */
export function workGroupResources(queries: Pick<Queries, 'find' | 'namedQueries'>) {
  return async (call: AuthorizationRequest): Promise<readonly string[] | undefined> => {
    const input = (call.input ?? {}) as Readonly<Record<string, unknown>>
    const finders = {
      QueryExecutionId: (id: string) => queries.find(call, id),
      NamedQueryId: (id: string) => queries.namedQueries.find(call, id),
    }
    for (const [member, find] of Object.entries(finders)) {
      const ids = [input[member] ?? input[`${member}s`] ?? []].flat()
      if (ids.length === 0 || ids.length > idsMax) continue
      const found = await Promise.all(
        ids.map((id) => (typeof id === 'string' ? find(id) : undefined)),
      )
      // Those that are not there are told so: what is there decides.
      const groups = new Set(found.flatMap((query) => query?.workGroup ?? []))
      if (groups.size > 0) return [...groups].map((name) => workGroupArn(call, name))
    }
    return undefined
  }
}
