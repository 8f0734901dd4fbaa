import { badRequest } from './rest-error.ts'

export interface Route {
  readonly method: string
  readonly path: string
}

export type Match<R extends Route> =
  | { readonly kind: 'found'; readonly route: R; readonly params: Readonly<Record<string, string>> }
  | { readonly kind: 'wrongMethod'; readonly allowed: readonly string[] }
  | { readonly kind: 'unknown' }

/**
 * Finds the route of a path below the service's own. `{prefix}` is any number of segments, also none: clients leave it out
 * when the configuration gave them none.
 */
export function createRouter<R extends Route>(
  routes: readonly R[],
): (method: string, rawPath: string) => Match<R> {
  const patterns = routes.map((route) => ({ route, pattern: patternOf(route.path) }))
  return (method, rawPath) => {
    const path = rawPath.replace(/\/+$/, '')
    const allowed: string[] = []
    for (const { route, pattern } of patterns) {
      const match = pattern.exec(path)
      if (!match) continue
      if (route.method !== method) allowed.push(route.method)
      else return { kind: 'found', route, params: decode(match.groups ?? {}) }
    }
    return allowed.length > 0 ? { kind: 'wrongMethod', allowed } : { kind: 'unknown' }
  }
}

function patternOf(path: string): RegExp {
  const source = path
    .split('/')
    .slice(1)
    .map((segment) => {
      const name = /^\{(.+)\}$/.exec(segment)?.[1]
      if (name === 'prefix') return '(?:/(?<prefix>[^/]+(?:/[^/]+)*?))?'
      return name === undefined ? `/${segment}` : `/(?<${name.replaceAll('-', '_')}>[^/]+)`
    })
    .join('')
  return new RegExp(`^${source}$`)
}

function decode(groups: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const params: Record<string, string> = {}
  for (const [name, value] of Object.entries(groups)) {
    if (value === undefined) continue
    try {
      params[name] = decodeURIComponent(value)
    } catch {
      throw badRequest(`The path has a wrong percent encoding: ${value}`)
    }
  }
  return params
}
