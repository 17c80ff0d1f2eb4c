// The places where a task can sleep.
#pragma once

// Sleeps for ever in the place of that number; any number will do.
void sleep_in(unsigned place);
// How many different places there are.
unsigned places(void);
