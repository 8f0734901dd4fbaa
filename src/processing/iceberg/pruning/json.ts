/** A node of the engine's plan. */
export type Json = Readonly<Record<string, unknown>>
