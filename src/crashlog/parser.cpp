#include "crashlog/parser.h"

#include "crashlog/reader.h"

namespace inquest {

LogContents read_log(LineSource& source, const ReadOptions& options, const EventSink& sink) {
    return LogReader(source, options, sink).read();
}

}  // namespace inquest
