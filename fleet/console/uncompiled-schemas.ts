/** Keeps zod from compiling schemas: what is made of text, the page's policy forbids. Comes before every module that has a schema. */
import { config } from 'zod'

config({ jitless: true })
