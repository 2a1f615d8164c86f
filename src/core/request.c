/* The words of a request's answers, see the header. */
#include "core/request.h"

const char *const request_error_names[REQUEST_ERROR_COUNT] = {
#define X(name, word) [REQUEST_##name] = #word,
	REQUEST_ERRORS(X)
#undef X
};
