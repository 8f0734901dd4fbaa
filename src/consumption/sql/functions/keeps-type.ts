import type { Type } from '../types/type.ts'
import type { Aggregate } from './aggregate.ts'

/** An aggregate of one argument that gives a value of its type. */
export const keepsType =
  (name: string, accepts: (type: Type) => boolean = () => true): Aggregate =>
  ([value, ...rest], call) => {
    if (!value || rest.length > 0 || !accepts(value.type)) return undefined
    return { sql: call(name, value.sql), type: value.type }
  }
