/** Gives components the words of the language on screen. Never let a component import a language itself. */
import { createContext, useContext } from 'react'
import { english } from './english.ts'

const WordingContext = createContext(english)

export function useWording() {
  return useContext(WordingContext)
}
