"""The artifacts that ship with Continuo (`NAME.ts`)."""
