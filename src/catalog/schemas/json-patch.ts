/** https://datatracker.ietf.org/doc/html/rfc6902 */
export type PatchStep =
  | { readonly op: 'add' | 'replace'; readonly path: string; readonly value: unknown }
  | { readonly op: 'remove'; readonly path: string }

/** Steps that make `to` of `from`. Lists are compared place by place. */
export function jsonPatch(from: unknown, to: unknown, path = ''): readonly PatchStep[] {
  if (Array.isArray(from) && Array.isArray(to)) return listPatch(from, to, path)
  if (isObject(from) && isObject(to)) return objectPatch(from, to, path)
  return from === to ? [] : [{ op: 'replace', path, value: to }]
}

function listPatch(from: readonly unknown[], to: readonly unknown[], path: string): PatchStep[] {
  const shared = Math.min(from.length, to.length)
  const steps: PatchStep[] = []
  for (let at = 0; at < shared; at++) steps.push(...jsonPatch(from[at], to[at], `${path}/${at}`))
  // From the end, so that the places before stay what they are.
  for (let at = from.length - 1; at >= shared; at--)
    steps.push({ op: 'remove', path: `${path}/${at}` })
  for (let at = shared; at < to.length; at++) {
    steps.push({ op: 'add', path: `${path}/${at}`, value: to[at] })
  }
  return steps
}

type Members = Readonly<Record<string, unknown>>

function objectPatch(from: Members, to: Members, path: string): PatchStep[] {
  const at = (key: string) => `${path}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`
  const steps: PatchStep[] = []
  for (const key of Object.keys(from)) {
    if (Object.hasOwn(to, key)) steps.push(...jsonPatch(from[key], to[key], at(key)))
    else steps.push({ op: 'remove', path: at(key) })
  }
  for (const key of Object.keys(to)) {
    if (!Object.hasOwn(from, key)) steps.push({ op: 'add', path: at(key), value: to[key] })
  }
  return steps
}

function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
