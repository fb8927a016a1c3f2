#include "ui/widgets/raw_text_font.h"

#include "ui/widgets/theme.h"

namespace dsm {

QFont rawTextFont(const Theme& theme) {
    Theme usual;
    usual.setTextScale(theme.textScale());
    const QFont code = theme.font(TextStyle::Code);
    return code == usual.font(TextStyle::Code) ? theme.font(TextStyle::Body) : code;
}

}  // namespace dsm
