import type { OperationSchema } from '../shape.ts'

/** What a REST request is matched by. */
export interface RestTarget {
  readonly method: string
  /** Percent-encoded, starting with a slash; for S3 without the bucket. */
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: Readonly<Record<string, string>>
  /** For S3, whose schemas leave the bucket out of the path: whether the request names one. */
  readonly hasBucket?: boolean
}

export type RestMatch =
  | {
      readonly kind: 'found'
      readonly operation: OperationSchema
      readonly labels: Readonly<Record<string, string>>
    }
  /** The path is known, the method is not. */
  | { readonly kind: 'methodNotAllowed' }
  /** A query parameter that selects an operation is there, and no operation of this method takes it. */
  | { readonly kind: 'unknownSubresource'; readonly parameter: string }
  | { readonly kind: 'notFound' }

export interface RestRouter {
  match(target: RestTarget): RestMatch
}

interface Route {
  readonly operation: OperationSchema
  readonly method: string
  readonly segments: readonly Segment[]
  /** Query parameters that the URI names: all of them must be there, with their value if it has one. */
  readonly literals: readonly (readonly [name: string, value: string])[]
  /** Names of parameters and headers that a required member is bound to. */
  readonly requiredQuery: readonly string[]
  readonly requiredHeaders: readonly string[]
  /** Every query parameter that the operation knows. */
  readonly knownQuery: ReadonlySet<string>
  readonly takesAnyQuery: boolean
  readonly needsBucket: boolean
}

interface Segment {
  readonly kind: 'literal' | 'label' | 'greedy'
  readonly text: string
}

/**
 * Routes by method, path and query, all from the schemas. Among the operations of one path the one with most query
 * literals wins (`?uploads`), then the one with most required parameters and headers present: UploadPart
 * over PutObject by `partNumber` and `uploadId`, CopyObject by `x-amz-copy-source`.
 */
export function restRouter(operations: readonly OperationSchema[]): RestRouter {
  // In the order of their names, so that a tie falls the same way always: ListBuckets before ListDirectoryBuckets.
  const routes = operations
    .filter((operation) => operation.http)
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map(routeOf)
  // `?acl` on an operation that does not know it would otherwise be taken for the plain one: a PUT would overwrite the object.
  const selectors = new Set(
    routes.flatMap((route) => [...route.literals.map(([name]) => name), ...route.requiredQuery]),
  )
  const paths = groupByPath(routes)
  return {
    match: (target) => {
      const parts = target.path.slice(1).split('/')
      let knownPath = false
      let best: { route: Route; labels: Record<string, string>; rank: Rank } | undefined
      for (const path of paths) {
        if (target.hasBucket !== undefined && path.needsBucket !== target.hasBucket) continue
        const labels = matchPath(path.segments, parts)
        if (!labels) continue
        knownPath = true
        const routes = target.query.size === 0 ? path.withoutQuery : path.byMethod
        for (const route of routes.get(target.method) ?? []) {
          if (!hasLiterals(route, target.query)) continue
          // S3 tells operations apart by them; elsewhere a missing parameter is the operation's own error.
          if (path.needsBucket && !route.requiredQuery.every((name) => target.query.has(name))) {
            continue
          }
          const own = rank(route, target)
          if (!best || compare(own, best.rank) > 0) best = { route, labels, rank: own }
        }
      }
      if (!best) return { kind: knownPath ? 'methodNotAllowed' : 'notFound' }
      const { route, labels } = best
      if (!route.takesAnyQuery) {
        for (const parameter of target.query.keys()) {
          if (selectors.has(parameter) && !route.knownQuery.has(parameter)) {
            return { kind: 'unknownSubresource', parameter }
          }
        }
      }
      return { kind: 'found', operation: route.operation, labels }
    },
  }
}

/** Routes that share a path: S3 has a hundred operations and three paths. */
interface PathGroup {
  readonly segments: readonly Segment[]
  readonly needsBucket: boolean
  readonly byMethod: ReadonlyMap<string, readonly Route[]>
  /** Of these the ones that a request without a query can mean, which most are. */
  readonly withoutQuery: ReadonlyMap<string, readonly Route[]>
}

function groupByPath(routes: readonly Route[]): PathGroup[] {
  const groups = Map.groupBy(routes, ({ needsBucket, segments }) =>
    JSON.stringify([needsBucket, segments]),
  )
  return [...groups.values()].map((group) => ({
    segments: group[0]!.segments,
    needsBucket: group[0]!.needsBucket,
    byMethod: Map.groupBy(group, (route) => route.method),
    withoutQuery: Map.groupBy(
      group.filter(
        ({ literals, requiredQuery }) =>
          literals.length === 0 && (!group[0]!.needsBucket || requiredQuery.length === 0),
      ),
      (route) => route.method,
    ),
  }))
}

function routeOf(operation: OperationSchema): Route {
  const { method, uri } = operation.http!
  const mark = uri.indexOf('?')
  const path = mark < 0 ? uri : uri.slice(0, mark)
  // `x-id` only names the operation for people; most SDKs do not send it, so it decides nothing but a tie.
  const literals = [...new URLSearchParams(mark < 0 ? '' : uri.slice(mark + 1))].filter(
    ([name]) => name !== 'x-id',
  )
  const members = operation.input?.members ?? []
  const named = (kind: 'query' | 'header', requiredOnly: boolean): string[] =>
    members.flatMap((member) =>
      member.binding?.in === kind && (!requiredOnly || member.required)
        ? [member.binding.name]
        : [],
    )
  return {
    operation,
    method,
    segments: segmentsOf(path),
    literals,
    requiredQuery: named('query', true),
    requiredHeaders: named('header', true),
    knownQuery: new Set([...named('query', false), ...literals.map(([name]) => name)]),
    takesAnyQuery: members.some((member) => member.binding?.in === 'queryParams'),
    needsBucket: members.some(
      (member) => member.name === 'Bucket' && member.binding?.in === 'label',
    ),
  }
}

function segmentsOf(path: string): Segment[] {
  return path
    .split('/')
    .slice(1)
    .map((text) => {
      if (!text.startsWith('{')) return { kind: 'literal', text } as const
      const greedy = text.endsWith('+}')
      return { kind: greedy ? 'greedy' : 'label', text: text.slice(1, greedy ? -2 : -1) } as const
    })
}

/** The labels of a path, still percent-encoded; undefined when it is another path. */
function matchPath(
  segments: readonly Segment[],
  parts: readonly string[],
): Record<string, string> | undefined {
  const labels: Record<string, string> = {}
  for (let i = 0; i < segments.length; i += 1) {
    const segment = segments[i]!
    if (segment.kind === 'greedy') {
      // The model has nothing but literals after a greedy label.
      const rest = segments.length - i - 1
      const value = parts.slice(i, parts.length - rest).join('/')
      if (value === '') return undefined
      labels[segment.text] = value
      const tail = parts.slice(parts.length - rest)
      return segments.slice(i + 1).every((next, j) => next.text === tail[j]) ? labels : undefined
    }
    const part = parts[i]
    if (part === undefined) return undefined
    if (segment.kind === 'literal') {
      if (part !== segment.text) return undefined
    } else {
      if (part === '') return undefined
      labels[segment.text] = part
    }
  }
  return parts.length === segments.length ? labels : undefined
}

function hasLiterals(route: Route, query: URLSearchParams): boolean {
  return route.literals.every(([name, value]) =>
    value === '' ? query.has(name) : query.get(name) === value,
  )
}

type Rank = readonly [literals: number, complete: number, required: number, named: number]

function rank(route: Route, target: RestTarget): Rank {
  const missing =
    route.requiredQuery.filter((name) => !target.query.has(name)).length +
    route.requiredHeaders.filter((name) => target.headers[name] === undefined).length
  const required = route.requiredQuery.length + route.requiredHeaders.length
  const named = target.query.get('x-id') === route.operation.name ? 1 : 0
  return [route.literals.length, missing === 0 ? 1 : 0, missing === 0 ? required : -missing, named]
}

function compare(a: Rank, b: Rank): number {
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2] || a[3] - b[3]
}
