import { remembered } from '#kit'
import { FunctionFailure } from '../function.ts'

/** Steps of a path: names of members or places of elements. */
export type JsonPath = readonly string[]

const bounds = { countMax: 1_000, lengthMax: 4 * 1024 * 1024 }
const step =
  /\.([\p{L}\p{N}_$@:-]+)|\[\s*([\p{L}\p{N}_-]+)\s*\]|\[\s*"((?:[^"\\]|\\["\\])*)"\s*\]/uy

/** A path such as `$.a["b c"][0]`. https://trino.io/docs/current/functions/json.html#json-extract */
export const pathOf = remembered(bounds, (text: string): JsonPath => {
  const steps: string[] = []
  let at = text[0] === '$' ? 1 : -1
  while (at >= 0 && at < text.length) {
    step.lastIndex = at
    const found = step.exec(text)
    at = found ? step.lastIndex : -1
    if (found) steps.push(found[1] ?? found[2] ?? found[3]!.replaceAll(/\\(["\\])/g, '$1'))
  }
  if (at < 0) throw new FunctionFailure('INVALID_FUNCTION_ARGUMENT', `Invalid JSON path: '${text}'`)
  return steps
})
