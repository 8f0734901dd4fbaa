import assert from 'node:assert/strict'

/** What is said of one member, in AWS's words. */
const failed = (value: string, path: string, constraint: string) =>
  `Value ${value} at '${path}' failed to satisfy constraint: Member must ${constraint}`
export const notNull = (path: string) => failed('null', path, 'not be null')
export const atLeast = (path: string, value: string, least: number, what = 'length') =>
  failed(`'${value}'`, path, `have ${what} greater than or equal to ${least}`)
export const atMost = (path: string, value: string, most: number, what = 'length') =>
  failed(`'${value}'`, path, `have ${what} less than or equal to ${most}`)
export const whole = (path: string, value: string) =>
  failed(`'${value}'`, path, 'be a whole number')
export const pattern = (path: string, value: string, expression: string) =>
  failed(`'${value}'`, path, `satisfy regular expression pattern: ${expression}`)
export const oneOf = (path: string, value: string, values: string) =>
  failed(`'${value}'`, path, `satisfy enum value set: [${values}]`)

/** AWS has no fixed order for what is wrong at once. */
export async function refuses(sent: Promise<unknown>, expected: readonly string[]): Promise<void> {
  await assert.rejects(sent, (error: Error) => {
    assert.equal(error.name, 'ValidationException')
    const [head, ...rest] = error.message.split(' detected: ')
    assert.equal(head, `${expected.length} validation error${expected.length > 1 ? 's' : ''}`)
    assert.deepEqual(rest.join(' detected: ').split('; ').toSorted(), expected.toSorted())
    return true
  })
}
