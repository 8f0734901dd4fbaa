import { defineErrors } from '#kit'

export const ConfigErrors = defineErrors('config', {
  BadOption: {
    kind: 'invalid',
    remedy: "Correct the flag or variable that the message names; 'boathouse up --help' lists all.",
  },
})
