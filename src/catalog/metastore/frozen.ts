/** With all that it holds, for what is given to many: who would change it is told so. */
export function frozen<T extends object>(value: T): T {
  for (const each of Object.values(value)) if (typeof each === 'object' && each) frozen(each)
  return Object.freeze(value)
}
